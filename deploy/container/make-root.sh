#!/usr/bin/env bash
# Makes the file system of the container image out of a build: programs, the libraries they load, configuration, time zones,
# certificates, accounts, licences. Ends with running the programs in it, so that what is missing is missed here.
#
#   deploy/container/make-root.sh BUILD ROOT    as root; ROOT must not exist
set -euo pipefail

[ $# = 2 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build=$1 root=$2
[ ! -e "$root" ] || { echo "make-root: $root exists" >&2; exit 2; }
programs='remora remora-hub remora-worker'

mkdir -p "$root"/usr/{bin,lib,lib64} "$root"/{dev,etc,proc,sys,tmp,run} "$root/etc/ssl/certs"
chmod 1777 "$root/tmp"
ln -s usr/bin "$root/bin"
ln -s usr/lib "$root/lib"
ln -s usr/lib64 "$root/lib64"

DESTDIR=$root cmake --install "$build" --strip >/dev/null
# For machines with systemd and for people who read; the image is neither.
rm -rf "$root"/usr/lib/{systemd,sysusers.d,tmpfiles.d} "$root"/usr/share/{bash-completion,zsh,fish}

libraries=$(for program in $programs; do ldd "$root/usr/bin/$program"; done |
  awk '/not found/ { print "make-root: " $0 >"/dev/stderr"; bad = 1 }
       { for (i = 1; i <= NF; i++) if ($i ~ /^\//) print $i }
       END { exit bad }' | sort -u)
for library in $libraries; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
  # Whose it is: the licence goes with it. dpkg knows files under /usr or under /, whichever their package said.
  package=$(dpkg-query -S "$library" 2>/dev/null || dpkg-query -S "$(realpath "$library")" 2>/dev/null ||
    dpkg-query -S "${library#/usr}" 2>/dev/null || dpkg-query -S "$(realpath "$library" | sed 's|^/usr||')")
  package=${package%%:*}
  mkdir -p "$root/usr/share/doc/$package"
  cp -L "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/"
done

mkdir -p "$root/usr/share/zoneinfo"
tar -C /usr/share/zoneinfo --exclude=./right --exclude=./posix -cf - . | tar -C "$root/usr/share/zoneinfo" -xf -
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
printf 'root:x:0:0:root:/:/nologin\nremora:x:65532:65532:remora:/var/lib/remora:/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\nremora:x:65532:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
install -d -m 0700 -o 65532 -g 65532 "$root/var/lib/remora" "$root/var/lib/remora-worker"

# A container that is not root gets a capability only from the program's file. Permitted, not effective: the worker puts it
# into effect itself, and where the container lacks it the worker says so, instead of not being started at all.
setcap cap_net_raw+p "$root/usr/bin/remora-worker"

for program in $programs; do
  chroot --userspec=65532:65532 "$root" "/usr/bin/$program" --version
done
du -sh "$root" | awk '{ print "make-root: " $2 " has " $1 "B" }'
