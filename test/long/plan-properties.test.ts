// The same properties; the task gives them many more cases.
import '../patcher/plan/properties.test';
