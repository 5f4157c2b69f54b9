#!/bin/sh
# install.sh BIN FILE: put the hashed packages of FILE into the environment, with uv or, failing that, pip;
# then make the checkout itself importable and its command `parchemin` available.
set -eu
bin=$1
file=$2
if [ -x "$bin/uv" ] && "$bin/uv" pip install --quiet --python "$bin/python" --require-hashes -r "$file"; then
	:
else
	"$bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$file"
fi
"$bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
