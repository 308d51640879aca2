#!/bin/sh
# Builds the container image, with Docker where its engine runs and with buildah elsewhere (Debian: apt-get install buildah).
# Neither needs a daemon of its own for this; buildah needs root or subordinate user ids.
#
#   deploy/build-image.sh [tag]
set -eu

tag=${1:-flowpoint}
cd "$(dirname "$0")/.."

if docker info >/dev/null 2>&1; then
  exec docker build --tag "$tag" .
elif command -v buildah >/dev/null 2>&1; then
  # chroot: works in containers that may not create namespaces.
  # docker: the OCI format has no HEALTHCHECK.
  exec buildah build --isolation "${BUILDAH_ISOLATION:-chroot}" --format docker --tag "$tag" .
fi
echo "neither a Docker engine nor buildah here: install one of them" >&2
exit 1
