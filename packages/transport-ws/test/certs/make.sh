#!/bin/sh
# Makes the certificates of the tests anew, for 100 years. They protect nothing: their keys are public.
set -eu
cd "$(dirname "$0")"
days=36500
authority() { # name
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days $days -subj "/CN=$1" -keyout "$1.key" -out "$1.crt" 2>/dev/null
}
signed() { # name, authority, extension
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" 2>/dev/null
  printf '%s\n' "$3" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA "$2.crt" -CAkey "$2.key" -CAcreateserial -days $days -extfile "$1.ext" -out "$1.crt" 2>/dev/null
  rm "$1.csr" "$1.ext"
}
authority authority
authority stranger
signed listener authority 'subjectAltName=DNS:localhost,IP:127.0.0.1'
signed elsewhere authority 'subjectAltName=DNS:elsewhere.test'
signed caller authority 'extendedKeyUsage=clientAuth'
signed intruder stranger 'extendedKeyUsage=clientAuth'
signed impostor stranger 'subjectAltName=DNS:localhost,IP:127.0.0.1'
rm -f authority.key stranger.key authority.srl stranger.srl
