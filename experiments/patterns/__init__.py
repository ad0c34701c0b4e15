"""What must come out: the patterns that the model has to bring forth by itself, paired over seeds."""
