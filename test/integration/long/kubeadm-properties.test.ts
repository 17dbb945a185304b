// The same properties; the task gives them many more cases.
import '../../unit/patcher/plan/kubeadm/cluster-configuration.property.test';
