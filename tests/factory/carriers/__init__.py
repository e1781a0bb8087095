"""Factory reports as bytes: a module a carrier, and files that are converted, packed or rendered into pictures."""
