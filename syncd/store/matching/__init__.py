"""Which records are one: pools, twins, counterparts, people's words, ids that were merged away."""
