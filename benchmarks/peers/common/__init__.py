"""What the comparisons with other programs share; benchmarks/peers/run.sh puts its folder's parent on the path."""
