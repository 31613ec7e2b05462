#!/usr/bin/env bash
# Remakes the sample byte for byte and checks it against SHA256SUMS. Needs npm and the .NET SDK. See README.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# A folder of its own: the repository's build settings must not reach the program, whose DuckDB version is part of the recipe.
cp "$here/make-sample.cs" "$scratch/"
cd "$scratch"
npm pack vega-datasets@3.2.1 --silent > /dev/null
tar -xzf vega-datasets-3.2.1.tgz package/data/flights-3m.parquet
echo "dbeb920c90f59b6ccaff823dcc3d08f25a97fa1ce128d93f40be4e931f5900b0  package/data/flights-3m.parquet" | sha256sum --check --quiet

mkdir sample
dotnet run make-sample.cs -- package/data/flights-3m.parquet sample
(cd sample && sha256sum --check --quiet "$here/SHA256SUMS")
mv sample/*.parquet "$here/"
