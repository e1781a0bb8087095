"""What pages print otherwise than the form: spelling, labels, structure, what stands around the tables."""
