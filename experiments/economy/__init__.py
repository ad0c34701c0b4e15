"""What must come out of the economy: fees, trust, friends' shares and satiation, paired over seeds."""
