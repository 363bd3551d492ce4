"""What people were told, by which channel, and what came of it. A notice knows its subject's kind and id, the channel
and facts for the text; it knows no parcel, and no person stands in it."""
