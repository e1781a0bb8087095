"""The pages: each takes checked parameters, queries the store, and renders a template."""
