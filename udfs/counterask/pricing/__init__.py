"""What is a deal worth: expected cash month by month, and its present value."""
