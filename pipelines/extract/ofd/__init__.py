"""OFD files (GB/T 33190) → Document."""
