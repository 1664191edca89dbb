"""Other ways to do the same, as their own communities write them."""
