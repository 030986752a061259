import importlib.util
import shutil
import subprocess
import sys

import pytest

from tutor import resources


def loaded_from(package):
    package.mkdir()
    shutil.copy(resources.__file__, package / "resources.py")
    spec = importlib.util.spec_from_file_location("resources_elsewhere", package / "resources.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_ships_is_there():
    assert (resources.data_folder() / "shapes" / "shapes_train.dat").is_file()
    assert resources.lessons_folder().name == "lessons"


@pytest.mark.parametrize("inside", [True, False])
def test_the_folders_are_inside_the_package_in_a_wheel_and_beside_it_in_a_checkout(tmp_path, inside):
    package = tmp_path / "tutor"
    elsewhere = loaded_from(package)
    home = package if inside else tmp_path
    for name in ("lessons", "data"):
        (home / name).mkdir()
    assert elsewhere.lessons_folder() == home.resolve() / "lessons"
    assert elsewhere.data_folder() == home.resolve() / "data"


def test_a_folder_beside_the_package_in_a_wheel_is_not_taken(tmp_path):
    package = tmp_path / "tutor"
    elsewhere = loaded_from(package)
    (package / "data").mkdir()
    (tmp_path / "data").mkdir()
    assert elsewhere.data_folder() == package.resolve() / "data"


def test_importing_it_is_cheap():
    code = "import sys, tutor.resources; print('numpy' in sys.modules, 'tutor.datasets' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["False", "False"]
