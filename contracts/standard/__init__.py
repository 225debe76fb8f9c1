"""What every JSON call of the API must do, given its method, its path and a table of its fields."""
