@description('What tells the names of this environment from others.')
param token string

@description('Region.')
param location string

@description('Tags of the environment.')
param tags object

@description('Mail address to tell; empty: nobody.')
param email string

@description('The Log Analytics workspace.')
param workspaceId string

@description('The Event Grid system topic.')
param topicId string

@description('Name of the container app; empty when there is none.')
param containerAppName string

@description('Replicas that have to run without work.')
param minReplicas int

var queries = [
  {
    name: 'poison-queue'
    title: 'An image failed five times'
    description: 'A message reached the queue webjobs-blobtrigger-poison: an upload has no result and will not be tried again by itself.'
    severity: 1
    query: 'StorageQueueLogs | where OperationName == "PutMessage" and Uri has "webjobs-blobtrigger-poison" and StatusCode == 201'
    threshold: 0
  }
  {
    name: 'failure-rate'
    title: 'More than one in twenty requests fails'
    description: 'Of at least 20 requests and invocations in a quarter of an hour more than 5 percent failed.'
    severity: 2
    // A caller's mistake (4xx) is no failure of the app.
    query: 'AppRequests | summarize Total = count(), Failed = countif(Success == false and ResultCode !startswith "4") | where Total >= 20 and Failed * 20 > Total'
    threshold: 0
  }
]

resource containerApp 'Microsoft.App/containerApps@2025-07-01' existing = if (!empty(containerAppName)) {
  name: containerAppName
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'classifier'
    enabled: true
    emailReceivers: [{ name: 'mail', emailAddress: email, useCommonAlertSchema: true }]
  }
}

var actions = empty(email) ? [] : [people.id]

resource queryAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for query in queries: {
    name: '${query.name}-${token}'
    location: location
    tags: tags
    properties: {
      displayName: query.title
      description: query.description
      severity: query.severity
      enabled: true
      autoMitigate: false
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      // A table that nothing was ever written to does not exist yet.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: query.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: query.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: actions }
    }
  }
]

resource lostEvents 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'dead-letters-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'An upload could not be told to the app; the event is in the dead-letter container.'
    severity: 1
    enabled: true
    scopes: [topicId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'dead-lettered'
          criterionType: 'StaticThresholdCriterion'
          metricName: 'DeadLetteredCount'
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [for action in actions: { actionGroupId: action }]
  }
}

// With nothing to keep running, no replica is no failure.
resource noReplica 'Microsoft.Insights/metricAlerts@2018-03-01' = if (!empty(containerAppName) && minReplicas > 0) {
  name: 'no-replica-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'The app should keep ${minReplicas} replicas and has none: out of GPU quota, an image that cannot be pulled, or a start that fails.'
    severity: 1
    enabled: true
    scopes: [containerApp.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'replicas'
          criterionType: 'StaticThresholdCriterion'
          metricName: 'Replicas'
          timeAggregation: 'Maximum'
          operator: 'LessThan'
          threshold: 1
        }
      ]
    }
    actions: [for action in actions: { actionGroupId: action }]
  }
}

resource restarts 'Microsoft.Insights/metricAlerts@2018-03-01' = if (!empty(containerAppName)) {
  name: 'restarts-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'A replica starts again and again: settings that are refused, a model that is missing, or CUDA that is not there. The logs say which.'
    severity: 1
    enabled: true
    scopes: [containerApp.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'restarts'
          criterionType: 'StaticThresholdCriterion'
          metricName: 'RestartCount'
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 2
        }
      ]
    }
    actions: [for action in actions: { actionGroupId: action }]
  }
}
