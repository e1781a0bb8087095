"""Factory reports in the carriers that the factory does not write itself: converted, packed, rendered into pictures."""
