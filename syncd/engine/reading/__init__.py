"""What a CRM says: asked for, looked through, kept with what follows from it."""
