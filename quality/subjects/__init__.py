"""Knowledge of a subject each, used by the rules: names, phones, places, mail and so on. Pure functions of values."""
