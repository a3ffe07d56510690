#!/bin/sh
# Names of countries, by grep: a shell, grep and jq.
#
#   goldwire eval "cmd:sh docs/examples/grep.sh"
#
# grep -b counts UTF-8 bytes: the first line says so, and goldwire converts.

countries='Armenia|Belarus|Kazakhstan|Kyrgyzstan|Russia|Tajikistan|Ukraine|Uzbekistan'
echo '{"hello": {"name": "grep", "version": "1", "layers": ["mentions"], "offsets": "utf8"}}'

while IFS= read -r request; do
  id=$(printf '%s\n' "$request" | jq .id)
  printf '%s\n' "$request" | jq -j .text | LC_ALL=C grep -obE "$countries" | jq -cRn --argjson id "$id" '
    {id: $id, spans: [inputs | split(":") | (.[0] | tonumber) as $start
      | {start: $start, end: ($start + (.[1] | utf8bytelength)), label: "GPE"}]}'
done
