"""Tables of a web page → Grids: which cells there are and what is printed in them."""
