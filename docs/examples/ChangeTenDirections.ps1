<#
.SYNOPSIS
Sets ten directions, publishes them, synchronizes one mailbox and waits for the end of the run.
.DESCRIPTION
    $env:FIELDSYNC_TOKEN = 'fs_…'
    ./docs/examples/ChangeTenDirections.ps1 -Mailbox "Sam Lindqvist's contacts"

Needs PowerShell 7. Run it as often as you like. Exit codes: 0 the run succeeded; 1 something was refused or the run
did not succeed.
.NOTES
As of 28 November 2026 this has not been run: PowerShell cannot be installed where the tests run. They check its
operations against the schema; the same steps in sh and in Python are run.
#>
param(
    [Parameter(Mandatory)] [string] $Mailbox,
    [string] $Url = $(if ($env:FIELDSYNC_URL) { $env:FIELDSYNC_URL } else { 'http://127.0.0.1:8000' }),
    [string] $Token = $env:FIELDSYNC_TOKEN
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$directions = [ordered]@{
    jobtitle = 'TO_OUTLOOK'; department = 'TO_OUTLOOK'; managername = 'TO_OUTLOOK'; telephone1 = 'TO_OUTLOOK'
    fax = 'TO_OUTLOOK'; websiteurl = 'TO_OUTLOOK'; nickname = 'TO_CRM'; spousesname = 'TO_CRM'
    birthdate = 'TO_CRM'; anniversary = 'NONE'
}

$mailboxesQuery = @'
query Mailboxes { mailboxes(first: 1000) { nodes { id name } } }
'@
$revisionsQuery = @'
query Revisions { mappings(kind: CONTACT) { id revision } }
'@
$setDirections = @'
mutation SetDirections($input: MappingDirectionsSetInput!) {
  mappingDirectionsSet(input: $input) { errors { code message } } }
'@
$start = @'
mutation Start($ids: [ID!]!) {
  runStart(input: {mailboxIds: $ids}) { runs { id } errors { code message } } }
'@
$watch = @'
subscription Watch($run: ID!, $after: Int!) {
  runEvents(runId: $run, after: $after) { seq state message } }
'@

# What a query or mutation answers as `data`; errors of the operation as such end the script.
function Invoke-Operation([string] $Query, [hashtable] $Variables = @{}) {
    $body = @{ query = $Query; variables = $Variables } | ConvertTo-Json -Depth 20
    $answer = Invoke-RestMethod "$Url/graphql" -Method Post -Body ([Text.Encoding]::UTF8.GetBytes($body)) `
        -ContentType 'application/json' -Headers @{ Authorization = "Bearer $Token"; Accept = 'application/json' } `
        -SkipHttpErrorCheck
    if ($answer.PSObject.Properties['errors'] -and $answer.errors) {
        throw ($answer.errors.message -join '; ')
    }
    $answer.data
}

$found = (Invoke-Operation $mailboxesQuery).mailboxes.nodes | Where-Object name -EQ $Mailbox | Select-Object -First 1
if (-not $found) { throw "There is no mailbox $Mailbox that this token may see." }

# The revision that is sent back is the one read here: if somebody changes a field meanwhile, we read again.
foreach ($try in 1..3) {
    $mappings = (Invoke-Operation $revisionsQuery).mappings
    $changes = foreach ($field in $directions.Keys) {
        $mapping = $mappings | Where-Object id -Like "*:CONTACT.$field"
        @{ mappingId = $mapping.id; direction = $directions[$field]; expectedRevision = $mapping.revision }
    }
    $set = @{ changes = @($changes); publish = $true; message = 'Ten directions, by a script' }
    $refusals = @((Invoke-Operation $setDirections @{ input = $set }).mappingDirectionsSet.errors)
    if (-not $refusals) { break }
    if ($try -eq 3 -or $refusals.code -ne 'STALE_REVISION') { throw ($refusals.message -join '; ') }
}
'Published.'

$started = (Invoke-Operation $start @{ ids = @($found.id) }).runStart
if ($started.errors) { throw ($started.errors.message -join '; ') }
$run = $started.runs[0].id

# Events are numbered: after a broken connection we ask for those after the last one that we have.
$client = [Net.Http.HttpClient]::new()
$client.Timeout = [Threading.Timeout]::InfiniteTimeSpan
$client.DefaultRequestHeaders.Authorization = [Net.Http.Headers.AuthenticationHeaderValue]::new('Bearer', $Token)
$client.DefaultRequestHeaders.Accept.ParseAdd('text/event-stream')
$seen = 0; $state = 'QUEUED'; $silent = 0
while ($state -in 'QUEUED', 'RUNNING') {
    $before = $seen
    try {
        $body = @{ query = $watch; variables = @{ run = $run; after = $seen } } | ConvertTo-Json
        $request = [Net.Http.HttpRequestMessage]::new('Post', "$Url/graphql")
        $request.Content = [Net.Http.StringContent]::new($body, [Text.Encoding]::UTF8, 'application/json')
        $response = $client.Send($request, [Net.Http.HttpCompletionOption]::ResponseHeadersRead)
        $reader = [IO.StreamReader]::new($response.EnsureSuccessStatusCode().Content.ReadAsStream())
        while ($null -ne ($line = $reader.ReadLine())) {
            if ($line -notmatch '^data:\s*(\{.*)$') { continue }
            $event = ($Matches[1] | ConvertFrom-Json).data.runEvents
            $event.message
            $seen = $event.seq; $state = $event.state
        }
    }
    catch [IO.IOException], [Net.Http.HttpRequestException] {
        Start-Sleep -Seconds 1
    }
    $silent = if ($seen -gt $before) { 0 } else { $silent + 1 }
    if ($silent -gt 30) { throw "The server told nothing more of the run $run." }
}
if ($state -ne 'SUCCEEDED') { throw "The run ended as $state." }
