"""代购 (proxy purchase): the customer's request, the advance taken for it and its published fee."""
