@export()
@description('What a replica gets, by hosting. A GPU profile is given to one replica whole.')
var profiles = {
  'gpu-t4': { name: 'gpu-t4', type: 'Consumption-GPU-NC8as-T4', cpu: '8', memory: '56Gi' }
  'gpu-a100': { name: 'gpu-a100', type: 'Consumption-GPU-NC24-A100', cpu: '24', memory: '220Gi' }
  cpu: { name: 'Consumption', type: 'Consumption', cpu: '4', memory: '8Gi' }
}
