"""The pages: each takes what a request asks for in its shape, asks the store, and renders a template."""
