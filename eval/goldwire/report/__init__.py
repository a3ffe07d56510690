"""Reports: the only place that rounds, and the only one that turns fractions into percent."""
