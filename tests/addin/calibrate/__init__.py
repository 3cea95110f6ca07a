"""Tests of calibration: `generated` draws histories whose truth is known."""
