"""代销 (consignment sale): a farmer's goods sold at the counter; the station keeps the published commission."""
