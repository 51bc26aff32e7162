"""What the expert knows: the vault, the project model, the rules, the templates, the profiles."""
