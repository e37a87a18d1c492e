"""How many pairs a support has, in closed form: lattice points, periods, symbolic sums."""
