"""What a site says: which of its pages are looked at, and the facts on them."""
