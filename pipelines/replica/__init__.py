"""A data folder on an object store: a local working copy, a lease for who may write, immutable objects, two pointers."""
