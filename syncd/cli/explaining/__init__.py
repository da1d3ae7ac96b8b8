"""What `syncd explain` and `syncd rules` tell: of counterparts, golden records, pairs, one value."""
