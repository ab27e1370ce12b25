"""A made-up city: its websites and accounts on loopback, its lists, and the truth about them."""
