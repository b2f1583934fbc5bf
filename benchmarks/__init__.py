"""Measurements against the budgets of the design, as ratios taken in one run. ``make bench`` prints them."""
