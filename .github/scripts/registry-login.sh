#!/usr/bin/env bash
# Signs docker in to the registry and prints it, as --registry takes it, for GITHUB_OUTPUT: registry-login.sh >> "$GITHUB_OUTPUT"
# Environment: REGISTRY (HOST[:PORT][/PATH]; empty for ghcr.io/OWNER), GITHUB_REPOSITORY_OWNER, GITHUB_ACTOR, GITHUB_TOKEN for ghcr.io, REGISTRY_USERNAME and REGISTRY_PASSWORD for any other.
set -euo pipefail

registry=${REGISTRY:-ghcr.io/$GITHUB_REPOSITORY_OWNER}
# Paths of images are of lower-case letters; owners need not be.
registry=${registry,,}
host=${registry%%/*}
if [ -n "${REGISTRY_PASSWORD:-}" ]; then
  printf '%s' "$REGISTRY_PASSWORD" | docker login "$host" --username "${REGISTRY_USERNAME:-}" --password-stdin >&2
elif [ "$host" = ghcr.io ]; then
  printf '%s' "$GITHUB_TOKEN" | docker login "$host" --username "$GITHUB_ACTOR" --password-stdin >&2
else
  echo "::notice::There is no secret REGISTRY_PASSWORD; $host is used without signing in." >&2
fi
echo "registry=$registry"
