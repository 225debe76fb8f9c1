"""The commands of the command line besides `run`, one module each."""
