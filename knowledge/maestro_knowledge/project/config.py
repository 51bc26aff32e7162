from pathlib import Path

from maestro_knowledge.project.model import Config, Problem


def read_config(wanted: Path, top: Path) -> tuple[Config, list[Problem]]:
    return Config(), []
