"""Support of creators by traffic and by money: who is kept, and at what cost, at equal share and equal yuan."""
