"""Document → who, when, which form; grids and text → cells → tidy facts; sections; numbers."""
