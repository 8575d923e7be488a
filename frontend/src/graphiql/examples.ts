/** What the page opens with: one tab each. They run as they are, with the demo organization. */
export const EXAMPLES = [
  {
    query: `# Which way does each field of a contact travel, and for whom does a right stand in the way?
query Directions {
  viewer {
    principal {
      name
    }
    canAdminister
  }
  mappings(kind: CONTACT) {
    id
    outlookLabel
    crmLabel
    direction
    draftDirection
    revision
    effective {
      direction
      blockedBecause {
        reason
      }
    }
  }
}
`,
  },
  {
    query: `# Changes the draft of one field. \`expectedRevision\` is the field's \`revision\` as you read it last;
# publish: true puts the draft in force at once. Administrators only.
mutation SetDirection($input: MappingDirectionsSetInput!) {
  mappingDirectionsSet(input: $input) {
    mappings {
      id
      direction
      draftDirection
      revision
    }
    errors {
      code
      message
      path
    }
  }
}
`,
    variables: `{
  "input": {
    "changes": [
      {
        "mappingId": "mapping:default:CONTACT.mobilephone",
        "direction": "TO_OUTLOOK",
        "expectedRevision": 1
      }
    ],
    "publish": false
  }
}
`,
  },
  {
    query: `# 1. Take the id of a mailbox, and put it into the variables.
query Mailboxes {
  mailboxes(first: 10) {
    nodes {
      id
      name
    }
  }
}

# 2. Start a run: a preview writes nothing. Put its id into the variables.
mutation Start($mailboxId: ID!) {
  runStart(input: { mailboxIds: [$mailboxId], mode: PREVIEW }) {
    runs {
      id
      state
    }
    errors {
      code
      message
    }
  }
}

# 3. Follow it to its end. Asked again, it replays what came after \`after\`.
subscription Follow($runId: ID!, $after: Int) {
  runEvents(runId: $runId, after: $after) {
    seq
    at
    state
    message
  }
}
`,
    variables: `{
  "mailboxId": "mailbox:…",
  "runId": "run:…",
  "after": 0
}
`,
  },
];
