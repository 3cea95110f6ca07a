"""What can be typed, and in which unit: levers, assumptions, the term sheet."""
