"""The experiments, a module for each: the docstring tells the command and what it gave, ``CONFIG`` the rest."""
