"""What villagers send (寄件): collected for licensed carriers, whose waybill numbers they are; the station issues none."""
