"""Evaluation: labelled data and the route -> scores with intervals. No model judges."""
