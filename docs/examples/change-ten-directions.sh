#!/bin/sh
# Sets ten directions, publishes them, synchronizes one mailbox and waits for the end of the run.
#
#   FIELDSYNC_TOKEN=fs_… docs/examples/change-ten-directions.sh "Sam Lindqvist's contacts"
#
# FIELDSYNC_URL is the server, http://127.0.0.1:8000 when unset. Needs curl, and jq or python3. Run it as often as you
# like. Exit codes: 0 the run succeeded; 1 something was refused or the run did not succeed; 2 wrong usage.
set -eu

directions='
jobtitle      TO_OUTLOOK
department    TO_OUTLOOK
managername   TO_OUTLOOK
telephone1    TO_OUTLOOK
fax           TO_OUTLOOK
websiteurl    TO_OUTLOOK
nickname      TO_CRM
spousesname   TO_CRM
birthdate     TO_CRM
anniversary   NONE
'
url=${FIELDSYNC_URL:-http://127.0.0.1:8000}
[ $# = 1 ] && [ -n "${FIELDSYNC_TOKEN:-}" ] || { echo "usage: FIELDSYNC_TOKEN=… $0 MAILBOX" >&2; exit 2; }
mailbox_name=$1

fail() { echo "$1" >&2; exit 1; }

# rows LIST NAME...: for each object of the list at the path LIST (names with dots between them) a line with the values
# under these names, tabs between them. JSON comes in on standard input; an object counts as a list of one, null as none.
rows() {
  if command -v jq >/dev/null; then
    jq -r 'def at($path): reduce ($path | split("."))[] as $name (.; .[$name]?);
      at($ARGS.positional[0]) | if . == null then empty elif type == "array" then .[] else . end
      | . as $row | [$ARGS.positional[1:][] as $name | $row | at($name)] | @tsv' --args "$@"
  else
    python3 -c '
import json, sys
def at(value, path):
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
found = at(json.load(sys.stdin), sys.argv[1])
for row in found if isinstance(found, list) else [] if found is None else [found]:
    values = (at(row, name) for name in sys.argv[2:])
    print(*("" if value is None else value for value in values), sep="\t")' "$@"
  fi
}

# text: standard input as a JSON string
text() {
  if command -v jq >/dev/null; then jq -Rs .; else python3 -c 'import json, sys; print(json.dumps(sys.stdin.read()))'; fi
}

# post ACCEPT QUERY VARIABLES: what the server answers; VARIABLES are JSON
post() {
  printf '{"query": %s, "variables": %s}' "$(printf %s "$2" | text)" "$3" |
    curl --silent --show-error --no-buffer "$url/graphql" --data-binary @- \
      -H "Authorization: Bearer $FIELDSYNC_TOKEN" -H 'Content-Type: application/json' -H "Accept: $1"
}

# ask QUERY VARIABLES: the same as a whole; ends the script if the operation failed as such
ask() {
  answer=$(post application/json "$1" "$2") || fail "$url does not answer."
  problem=$(printf %s "$answer" | rows errors message) || fail "$url answers: $answer"
  [ -z "$problem" ] || fail "$problem"
  printf '%s\n' "$answer"
}

tab=$(printf '\t')

answer=$(ask 'query Mailboxes { mailboxes(first: 1000) { nodes { id name } } }' null)
mailbox=$(printf %s "$answer" | rows data.mailboxes.nodes id name |
  while IFS=$tab read -r id name; do [ "$name" != "$mailbox_name" ] || { echo "$id"; break; }; done)
[ -n "$mailbox" ] || fail "There is no mailbox $mailbox_name that this token may see."

set_directions='mutation SetDirections($input: MappingDirectionsSetInput!) {
  mappingDirectionsSet(input: $input) { errors { code message } } }'
tries=3
while :; do
  # The revision that is sent back is the one read here: if somebody changes a field meanwhile, we read again.
  answer=$(ask 'query Revisions { mappings(kind: CONTACT) { id revision } }' null)
  mappings=$(printf %s "$answer" | rows data.mappings id revision)
  changes=$(echo "$directions" | while read -r field direction; do
    [ -n "$field" ] || continue
    echo "$mappings" | while IFS=$tab read -r id revision; do
      case $id in *:CONTACT."$field")
        printf '{"mappingId": "%s", "direction": "%s", "expectedRevision": %s},' "$id" "$direction" "$revision" ;;
      esac
    done
  done)
  answer=$(ask "$set_directions" \
    "{\"input\": {\"changes\": [${changes%,}], \"publish\": true, \"message\": \"Ten directions, by a script\"}}")
  refusals=$(printf %s "$answer" | rows data.mappingDirectionsSet.errors code message)
  [ -n "$refusals" ] || break
  tries=$((tries - 1))
  case $refusals in STALE_REVISION*) [ $tries -gt 0 ] || fail "$refusals" ;; *) fail "$refusals" ;; esac
done
echo "Published."

answer=$(ask 'mutation Start($ids: [ID!]!) {
  runStart(input: {mailboxIds: $ids}) { runs { id } errors { code message } } }' "{\"ids\": [\"$mailbox\"]}")
refusals=$(printf %s "$answer" | rows data.runStart.errors code message)
[ -z "$refusals" ] || fail "$refusals"
run=$(printf %s "$answer" | rows data.runStart.runs id)

# Events are numbered: after a broken connection we ask for those after the last one that we have.
last=$(mktemp)
trap 'rm -f "$last"' EXIT
echo "0 QUEUED" >"$last"
silent=0
while read -r seq state <"$last" && case $state in QUEUED | RUNNING) true ;; *) false ;; esac; do
  post text/event-stream 'subscription Watch($run: ID!, $after: Int!) {
    runEvents(runId: $run, after: $after) { seq state message } }' "{\"run\": \"$run\", \"after\": $seq}" |
    while IFS= read -r line; do
      case $line in data:*'{'*)
        printf %s "${line#data:}" | rows data.runEvents seq state message | while IFS=$tab read -r seq state message; do
          echo "$message"
          echo "$seq $state" >"$last"
        done ;;
      esac
    done || true
  read -r now _ <"$last"
  if [ "$now" = "$seq" ]; then silent=$((silent + 1)); sleep 1; else silent=0; fi
  [ $silent -lt 30 ] || fail "The server told nothing more of the run $run."
done
[ "$state" = SUCCEEDED ] || fail "The run ended as $state."
