"""One rule per file. The file's name is the rule's name, its docstring the description, its examples are tests."""
