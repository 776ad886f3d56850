"""The pages about metrics and artefacts."""
