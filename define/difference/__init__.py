"""Two define.xml compared by what they mean, grouped by what a reviewer must do."""
