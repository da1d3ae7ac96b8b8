"""What came in by forms and files, before any CRM has it."""
